// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IX4PNDepositRouter} from "../../src/interfaces/IX4PNDepositRouter.sol";
import {IX4PNVpnSessions} from "../../src/interfaces/IX4PNVpnSessions.sol";
import {RouterTest} from "../utils/RouterTest.sol";

/// @title Native coins and tokens become free balance, by way of a real Uniswap v3; what is not used comes back.
contract RouterDepositTest is RouterTest {
    function test_theNativeCoinBecomesFreeBalance() public {
        uint256 amountOut = _depositNative(1 ether, 0);
        assertEq(sessions.balanceOf(user), amountOut);
        // 0.3 % to the pool and its own effect on the price.
        assertGt(amountOut, ETH_PRICE * 1e6 * 995 / 1000);
        assertEq(payer.balance, 0);
        _assertKeepsNothing(address(weth));
    }

    function test_aTokenBelowUsdcBecomesFreeBalance() public {
        assertLt(uint160(address(lower)), uint160(address(token)));
        assertEq(_depositToken(address(lower), 1e8, 0), sessions.balanceOf(user));
        assertGt(sessions.balanceOf(user), GOLD_PRICE * 1e6 * 97 / 100);
        _assertKeepsNothing(address(lower));
    }

    function test_aTokenAboveUsdcBecomesFreeBalance() public {
        assertGt(uint160(address(higher)), uint160(address(token)));
        assertEq(_depositToken(address(higher), 1e6, 0), sessions.balanceOf(user));
        assertGt(sessions.balanceOf(user), GOLD_PRICE * 1e4 * 99 / 100);
        _assertKeepsNothing(address(higher));
    }

    function test_whatTheCoinIsWrappedAsIsTakenToo() public {
        _depositToken(address(weth), 1 ether, 0);
        assertGt(sessions.balanceOf(user), ETH_PRICE * 1e6 * 995 / 1000);
        _assertKeepsNothing(address(weth));
    }

    function test_itBringsWhatUniswapsOwnRouterWouldBring() public {
        uint256 state = vm.snapshotState();
        uint256 byTheirs = _trade(address(weth), address(token), 3 ether);
        vm.revertToState(state);
        assertEq(_depositNative(3 ether, 0), byTheirs);
    }

    function test_emitsWhatWasSpentAndCredited() public {
        uint256 state = vm.snapshotState();
        uint256 amountOut = _depositNative(1 ether, 0);
        vm.revertToState(state);
        vm.expectEmit(address(router));
        emit IX4PNDepositRouter.Routed(user, payer, address(weth), 1 ether, amountOut);
        vm.expectEmit(address(sessions));
        emit IX4PNVpnSessions.Deposited(user, address(router), amountOut);
        _depositNative(1 ether, 0);
    }

    function test_thePayersMinimumIsMetExactly() public {
        uint256 state = vm.snapshotState();
        uint256 amountOut = _depositNative(1 ether, 0);
        vm.revertToState(state);
        assertEq(_depositNative(1 ether, amountOut), amountOut);
    }

    function test_revertsWhen_thePayersMinimumIsMissedByOne() public {
        uint256 state = vm.snapshotState();
        uint256 amountOut = _depositNative(1 ether, 0);
        vm.revertToState(state);
        vm.expectRevert(
            abi.encodeWithSelector(IX4PNDepositRouter.Router_OutputTooLow.selector, amountOut, amountOut + 1)
        );
        this.depositNative(1 ether, amountOut + 1);
        assertEq(payer.balance, 1 ether);
        assertEq(sessions.balanceOf(user), 0);
    }

    function test_coinsThatAThinPoolDoesNotTakeComeBack() public {
        _useThinPool(address(weth), 1 ether, ETH_PRICE * 1e6);
        _depositNative(10 ether, 0);
        // About one fits. The feeds judge what was spent.
        assertGt(payer.balance, 8 ether);
        assertLt(payer.balance, 10 ether);
        assertGe(sessions.balanceOf(user), router.minimumOutput(address(weth), 10 ether - payer.balance));
        _assertKeepsNothing(address(weth));
    }

    function test_tokensThatAThinPoolDoesNotTakeComeBack() public {
        _useThinPool(address(lower), 1e8, GOLD_PRICE * 1e6);
        _depositToken(address(lower), 10e8, 0);
        assertGt(lower.balanceOf(payer), 8e8);
        assertLt(lower.balanceOf(payer), 10e8);
        assertGe(sessions.balanceOf(user), router.minimumOutput(address(lower), 10e8 - lower.balanceOf(payer)));
        _assertKeepsNothing(address(lower));
    }

    function test_revertsWhen_thePayerDoesNotTakeBackItsCoins() public {
        _useThinPool(address(weth), 1 ether, ETH_PRICE * 1e6);
        // This contract has no way to receive coins.
        vm.deal(address(this), 10 ether);
        vm.expectPartialRevert(IX4PNDepositRouter.Router_RefundFailed.selector);
        router.depositNative{value: 10 ether}(user, poolFee, 0, _now());
        assertEq(address(this).balance, 10 ether);
    }

    function test_whatLiesThereByMistakeIsGivenToNobody() public {
        token.mint(address(router), 7e6);
        _mint(address(lower), address(router), 5e8);
        _mint(address(weth), address(router), 3 ether);
        uint256 amountOut = _depositToken(address(lower), 1e8, 0) + _depositNative(1 ether, 0);
        assertEq(sessions.balanceOf(user), amountOut);
        assertEq(token.balanceOf(address(router)), 7e6);
        assertEq(lower.balanceOf(address(router)), 5e8);
        assertEq(weth.balanceOf(address(router)), 3 ether);
        assertEq(lower.balanceOf(payer) + payer.balance, 0);
    }

    function testFuzz_theUserIsCreditedAtLeastTheMinimumAndNothingStays(uint256 amount, bool native) public {
        amount = bound(amount, native ? 1e12 : 1e4, native ? 80 ether : 3e8);
        address tokenIn = native ? address(weth) : address(higher);
        uint256 minimum = router.minimumOutput(tokenIn, amount);
        uint256 amountOut = native ? _depositNative(amount, 0) : _depositToken(tokenIn, amount, 0);
        assertGe(amountOut, minimum);
        assertEq(sessions.balanceOf(user), amountOut);
        assertEq(token.balanceOf(address(sessions)), amountOut);
        _assertKeepsNothing(tokenIn);
    }

    /// @dev So that a revert can be expected around several calls.
    function depositNative(uint256 amount, uint256 minOut) external {
        _depositNative(amount, minOut);
    }
}
