/** Reports: self-contained HTML pages, and files of regions. */
@NullMarked
package dev.limelight.report;

import org.jspecify.annotations.NullMarked;
