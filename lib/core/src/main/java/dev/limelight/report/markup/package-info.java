/** HTML that is safe to put into a page. */
@NullMarked
package dev.limelight.report.markup;

import org.jspecify.annotations.NullMarked;
