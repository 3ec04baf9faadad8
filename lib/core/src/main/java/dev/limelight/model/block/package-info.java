/** Networks of DJL blocks. */
package dev.limelight.model.block;
