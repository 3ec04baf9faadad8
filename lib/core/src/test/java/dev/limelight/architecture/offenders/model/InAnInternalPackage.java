package dev.limelight.architecture.offenders.model;

/** Public, in a package that is not for users. */
public final class InAnInternalPackage {

  private InAnInternalPackage() {}
}
