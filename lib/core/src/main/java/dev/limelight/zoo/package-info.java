/** Networks that come with their weights, and what brings published weights into DJL's blocks. */
@NullMarked
package dev.limelight.zoo;

import org.jspecify.annotations.NullMarked;
