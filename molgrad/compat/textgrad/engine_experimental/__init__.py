"""The engines that TextGrad calls experimental: those with a cache that can be turned on and off."""
