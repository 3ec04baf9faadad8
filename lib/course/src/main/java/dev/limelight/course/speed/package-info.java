/** How fast a model is explained, and the memory that it takes. */
@NullMarked
package dev.limelight.course.speed;

import org.jspecify.annotations.NullMarked;
