/** Networks that come with their weights, and what brings published weights into DJL's blocks. */
package dev.limelight.zoo;
