/**
 * What every method is, and what it may ask for: the evidence about one target of some pictures.
 */
@NullMarked
package dev.limelight.method;

import org.jspecify.annotations.NullMarked;
