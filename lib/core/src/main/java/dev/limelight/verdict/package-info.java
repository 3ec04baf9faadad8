/** Whether a single map can be trusted. */
package dev.limelight.verdict;
