package dev.limelight.architecture.offenders.nowhere;

/** In a package that nobody gave a place. */
final class A {

  private A() {}
}
