/** Methods that change the picture and look at the score; one file a method. */
package dev.limelight.perturb;
