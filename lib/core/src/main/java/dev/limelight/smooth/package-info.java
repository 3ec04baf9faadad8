/** Methods that smooth the map of any other method; one file each. */
package dev.limelight.smooth;
