/**
 * Limelight on a Java notebook kernel: pictures, tables and charts as outputs, one display that
 * changes in place, checks, and the settings of a run.
 *
 * <p>One jar serves two kernels. JJava finds {@link dev.limelight.notebook.JJavaExtension}
 * automatically; on IJava the first cell is {@code dev.limelight.notebook.Notebook.install();}.
 * Both then have the imports of {@link dev.limelight.notebook.Imports}.
 */
@NullMarked
package dev.limelight.notebook;

import org.jspecify.annotations.NullMarked;
