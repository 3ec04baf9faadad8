/** Methods compared over many images: scores, intervals, costs and comparisons with controls. */
package dev.limelight.evaluation;
