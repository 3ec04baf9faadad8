/** Methods that differentiate the whole network, down to the picture; one file a method. */
package dev.limelight.gradient;
