/** Sets of images, read one after another. */
package dev.limelight.data;
