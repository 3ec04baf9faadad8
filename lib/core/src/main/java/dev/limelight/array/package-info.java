/** How numbers of Java become arrays of an engine. */
package dev.limelight.array;
