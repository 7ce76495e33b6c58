"""Acts on pools, each of which ends in a known state; decides nothing."""
