/** How fast a model is explained, and the memory that it takes. */
package dev.limelight.course.speed;
