/** Reports: one HTML page that holds everything that it shows. */
@NullMarked
package dev.limelight.report;

import org.jspecify.annotations.NullMarked;
