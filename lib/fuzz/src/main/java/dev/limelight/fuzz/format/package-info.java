/** One class a kind of file that is read. */
@NullMarked
package dev.limelight.fuzz.format;

import org.jspecify.annotations.NullMarked;
