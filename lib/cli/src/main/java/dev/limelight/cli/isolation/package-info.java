/** Options for models from strangers. */
@NullMarked
package dev.limelight.cli.isolation;

import org.jspecify.annotations.NullMarked;
