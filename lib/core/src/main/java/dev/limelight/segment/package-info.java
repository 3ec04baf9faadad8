/** Parts of a picture whose contributions are told apart: superpixels, grids and masks of files. */
@NullMarked
package dev.limelight.segment;

import org.jspecify.annotations.NullMarked;
