/** Speed and memory, as ratios within one run; never part of a test. */
package dev.limelight.bench;
