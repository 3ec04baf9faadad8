/** Methods that follow the attention of a transformer from the head to the patches. */
@NullMarked
package dev.limelight.attention;

import org.jspecify.annotations.NullMarked;
