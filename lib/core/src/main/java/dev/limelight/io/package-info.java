/** Files written whole or not at all, unique names and text formats. */
package dev.limelight.io;
