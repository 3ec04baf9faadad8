/**
 * What every method is, and what it may ask for: the evidence about one target of some pictures.
 */
package dev.limelight.method;
