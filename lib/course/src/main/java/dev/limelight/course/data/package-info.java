/** Images to learn with: generated scenes with exact masks, and real cats and dogs. */
@NullMarked
package dev.limelight.course.data;

import org.jspecify.annotations.NullMarked;
