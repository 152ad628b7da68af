// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The native coin as an ERC-20: WETH, WPOL, WBNB.
interface IWrappedNative {
    /// @notice Wraps the coins sent along, one unit for one wei.
    function deposit() external payable;
    /// @notice Unwraps `amount` wei to the caller.
    function withdraw(uint256 amount) external;
}
