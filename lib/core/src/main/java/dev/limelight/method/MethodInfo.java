package dev.limelight.method;

/**
 * What a user wants to know of a method before choosing it.
 *
 * @param name how it is called on the command line, such as "grad-cam"
 * @param gradients whether it needs an engine that differentiates
 * @param classes whether it tells classes apart
 * @param cost what it takes beside one forward pass
 * @param paper who proposed it, where and when
 */
public record MethodInfo(
    String name, boolean gradients, boolean classes, String cost, String paper) {}
