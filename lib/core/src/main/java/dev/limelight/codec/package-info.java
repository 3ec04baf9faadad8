/**
 * Images read from files and written to them: PNG, JPEG and GIF, with their orientation and
 * colours.
 */
@NullMarked
package dev.limelight.codec;

import org.jspecify.annotations.NullMarked;
