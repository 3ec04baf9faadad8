/** Whether something can be done on this network and engine, and the reason where it cannot. */
@NullMarked
package dev.limelight.support;

import org.jspecify.annotations.NullMarked;
