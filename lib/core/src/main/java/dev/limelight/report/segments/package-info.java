/** Values of segments as a ranked list of a page and as a table of a file. */
@NullMarked
package dev.limelight.report.segments;

import org.jspecify.annotations.NullMarked;
