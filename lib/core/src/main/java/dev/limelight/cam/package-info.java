/** Class activation maps: what each method makes of the evidence at a layer; one file a method. */
package dev.limelight.cam;
