// Nothing unless asked.
