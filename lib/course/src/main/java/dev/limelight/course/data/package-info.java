/** Images to learn with: generated scenes with exact masks, and real cats and dogs. */
package dev.limelight.course.data;
