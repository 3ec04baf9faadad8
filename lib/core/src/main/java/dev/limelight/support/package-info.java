/** Whether something can be done on this network and engine, and the reason where it cannot. */
package dev.limelight.support;
