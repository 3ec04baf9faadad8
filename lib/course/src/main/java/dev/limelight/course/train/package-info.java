/** Training small classifiers whose maps are worth looking at. */
package dev.limelight.course.train;
