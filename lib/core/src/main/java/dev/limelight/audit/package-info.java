/** What a network looks at over a whole set of pictures, and whether it looks where it should. */
package dev.limelight.audit;
