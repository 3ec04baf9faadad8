/** Charts of what was measured, as pictures that a notebook shows. */
@NullMarked
package dev.limelight.notebook.chart;

import org.jspecify.annotations.NullMarked;
