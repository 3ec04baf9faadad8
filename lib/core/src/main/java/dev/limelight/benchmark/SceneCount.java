package dev.limelight.benchmark;

import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/**
 * How often an object was pasted first, and how often the network saw it.
 *
 * @param object by its name
 * @param made in how many scenes
 * @param seen in how many of them the network saw all objects
 */
@API(status = Status.INTERNAL)
public record SceneCount(String object, int made, int seen) {}
