/** Images, maps, masks and regions as values: plain Java, no file and no drawing. */
package dev.limelight.image;
