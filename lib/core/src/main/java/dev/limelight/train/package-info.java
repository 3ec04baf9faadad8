/** Training small classifiers whose maps are worth looking at, and watching them. */
package dev.limelight.train;
