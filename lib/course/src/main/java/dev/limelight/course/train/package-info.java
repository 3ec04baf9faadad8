/** Training small classifiers whose maps are worth looking at. */
@NullMarked
package dev.limelight.course.train;

import org.jspecify.annotations.NullMarked;
