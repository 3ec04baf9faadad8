/** Networks with published weights, and filling of DJL blocks with published weights. */
@NullMarked
package dev.limelight.zoo;

import org.jspecify.annotations.NullMarked;
