// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Pay with the native coin or another token: swaps to USDC and credits the user's free balance.
/// It keeps nothing.
interface IX4PNDepositRouter {
    event Routed(
        address indexed user, address indexed payer, address indexed tokenIn, uint256 amountIn, uint256 amountOut
    );
    event FeedSet(address indexed token, address indexed feed, uint256 heartbeat);

    error Router_UnsupportedToken(address token);
    error Router_StalePrice(address feed, uint256 updatedAt);
    error Router_BadPrice(address feed, int256 answer);
    error Router_OutputTooLow(uint256 amountOut, uint256 minimum);
    error Router_Expired(uint256 deadline);

    /// @notice Swaps the sent native coin. The minimum output is the higher of `minOut` and the feeds'.
    function depositNative(address user, uint24 poolFee, uint256 minOut, uint256 deadline)
        external
        payable
        returns (uint256 amountOut);
    /// @notice Swaps `amountIn` of `tokenIn` from the caller's wallet.
    function depositToken(
        address user,
        address tokenIn,
        uint256 amountIn,
        uint24 poolFee,
        uint256 minOut,
        uint256 deadline
    ) external returns (uint256 amountOut);
    /// @notice What the feeds say `amountIn` must bring at least, in token base units.
    function minimumOutput(address tokenIn, uint256 amountIn) external view returns (uint256);
    function setFeed(address token, address feed, uint256 heartbeat) external;
}
