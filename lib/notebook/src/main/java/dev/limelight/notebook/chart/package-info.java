/** Charts of what was measured, as pictures that a notebook shows. */
package dev.limelight.notebook.chart;
