/** Finds what implements an interface of the library, in this jar and in others. */
package dev.limelight.plugin;
