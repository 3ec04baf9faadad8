/** Methods compared over many images: scores, intervals, costs and comparisons with controls. */
@NullMarked
package dev.limelight.evaluation;

import org.jspecify.annotations.NullMarked;
