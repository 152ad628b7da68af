// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The native coin as an ERC-20: WETH, WPOL, WBNB.
interface IWrappedNative {
    function deposit() external payable;
    function withdraw(uint256 amount) external;
}
