/**
 * Images read from files and written to them: PNG, JPEG and GIF, with their orientation and
 * colours.
 */
package dev.limelight.codec;
