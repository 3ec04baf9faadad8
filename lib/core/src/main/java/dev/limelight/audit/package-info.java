/** What a network looks at over a whole set of pictures, and whether it looks where it should. */
@NullMarked
package dev.limelight.audit;

import org.jspecify.annotations.NullMarked;
