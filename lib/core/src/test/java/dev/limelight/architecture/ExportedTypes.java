package dev.limelight.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.domain.properties.CanBeAnnotated;
import java.util.List;
import org.apiguardian.api.API;
import org.apiguardian.api.API.Status;

/** The types that users are to use. */
final class ExportedTypes {

  private ExportedTypes() {}

  /**
   * The public top-level types that are not marked {@code @API(status = INTERNAL)}, neither
   * themselves nor by their package, sorted.
   */
  static List<String> of(JavaClasses classes) {
    return classes.stream()
        .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(JavaModifier.PUBLIC))
        .filter(type -> !isInternal(type) && !isInternal(type.getPackage()))
        .map(JavaClass::getName)
        .sorted()
        .toList();
  }

  private static boolean isInternal(CanBeAnnotated element) {
    return element.isAnnotatedWith(API.class)
        && element
            instanceof com.tngtech.archunit.core.domain.properties.HasAnnotations<?> annotated
        && annotated.getAnnotationOfType(API.class).status() == Status.INTERNAL;
  }
}
